// A class that page and worker know by a name of its own, with state that only its codec can read.
import { registerType } from 'brine'

export class Money {
  #cents
  constructor(cents) {
    this.#cents = cents
  }
  get cents() {
    return this.#cents
  }
  plus(other) {
    return new Money(this.#cents + other.cents)
  }
}

registerType(Money, {
  name: 'consumer/Money',
  encode: (money) => money.cents,
  decode: (cents) => new Money(cents),
})

export enum Currency {
  Euro = 1,
  Krona,
}

export class Account {
  constructor(
    readonly owner: string,
    readonly balance: number,
  ) {}

  plus(amount: number): Account {
    return new Account(this.owner, this.balance + amount)
  }
}

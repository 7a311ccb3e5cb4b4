// Gives an object the private elements of its classes, which only their constructors can do, without running code of
// theirs: the plugin has put guards into it (`vite/private-code.ts`).
import { BrineError } from '../errors/brine-error.ts'
import type { PrivateState, Slot } from '../payload/types.ts'
import { realm } from '../realm/registry.ts'
import type { PrivateElements } from '../realm/private-elements.ts'
import type { FromSlot } from './own.ts'

/** Elements that an argument has for a parameter which takes it for an array. */
const ELEMENTS = 100

/** An argument that any parameter can be made of, so that no default runs: each of its parts is itself. */
const anything: object = new Proxy(
  {},
  {
    get: (_, key) =>
      key === Symbol.iterator
        ? () => Array.from({ length: ELEMENTS }, () => anything)[Symbol.iterator]()
        : anything,
  },
)

const malformed = (index: number, expected: string, found: string): never => {
  throw new BrineError('PAYLOAD_MALFORMED', { at: `node ${index}`, expected, found })
}

function elementsOf(of: unknown, index: number): PrivateElements {
  const prototype = Object.getOwnPropertyDescriptor(of, 'prototype')?.value as unknown
  const known = realm().privates.get(prototype as object)
  return known?.of === of
    ? known!
    : malformed(index, 'an instance of a class with readable private state', 'another')
}

/** Runs the constructor of a class, in which nothing of the author's runs. */
function construct({ of, params }: PrivateElements): object {
  const { restoring } = realm()
  restoring.on = true
  try {
    const args = Array.from({ length: params }, () => anything)
    return Reflect.construct(of, args as never[], Object) as object
  } finally {
    restoring.on = false
  }
}

/** What a derived class's constructor gets from the class above it is `target`. */
function constructOn(target: object, elements: PrivateElements): void {
  const { of } = elements
  const above = Object.getPrototypeOf(of) as object | null
  const standIn = function (): object {
    return target
  }
  // A frozen class was refused by the writer.
  if (!Reflect.setPrototypeOf(of, standIn)) throw new TypeError('the class is frozen')
  try {
    construct(elements)
  } finally {
    Reflect.setPrototypeOf(of, above)
  }
}

type Properties = ReadonlyMap<PropertyKey, PropertyDescriptor>

const propertiesOf = (target: object): Properties =>
  new Map(Reflect.ownKeys(target).map((key) => [key, Object.getOwnPropertyDescriptor(target, key)!]))

/** Takes away the properties that came with private elements: the snapshot tells which there are. */
function keepOnly(target: object, before: Properties): void {
  for (const key of Reflect.ownKeys(target)) {
    const old = before.get(key)
    if (!old) Reflect.deleteProperty(target, key)
    else if (old.configurable) Object.defineProperty(target, key, old)
  }
}

/**
 * Gives an object the private elements of classes, that of the class nearest to the root first.
 *
 * @param target As its kind makes it, still without properties.
 * @param isOrdinary Whether it is `{}`, which a class at the root makes itself.
 * @returns The object to go on with
 */
export function withPrivates(
  target: object,
  isOrdinary: boolean,
  classes: readonly unknown[],
  index: number,
): object {
  let made = target
  classes.forEach((of, at) => {
    const elements = elementsOf(of, index)
    let before: Properties = new Map()
    if (elements.derived) {
      if (elements.properties) before = propertiesOf(made)
      constructOn(made, elements)
    } else {
      if (at > 0 || !isOrdinary) malformed(index, 'made by one class', 'two')
      made = construct(elements)
    }
    if (elements.properties) keepOnly(made, before)
    if (!elements.get(made)) malformed(index, 'an instance of its class', 'another')
  })
  return made
}

/** Gives private fields their values. */
export function writePrivates(
  target: object,
  states: readonly PrivateState[],
  value: FromSlot,
  index: number,
): void {
  for (const [of, ...values] of states) {
    const elements = elementsOf(value(of), index)
    const { length } = elements.get(target)!
    if (values.length !== length) malformed(index, `of ${length} private fields`, `of ${values.length}`)
    elements.set(target, values.map(value))
  }
}

/** Gives the private statics of a class their values. */
export function writeStatics(of: object, slots: readonly Slot[], value: FromSlot, index: number): void {
  const statics = realm().privateStatics.get(of)
  const length = statics?.get().length
  if (slots.length !== length) malformed(index, `of ${length ?? 'no'} private statics`, `of ${slots.length}`)
  statics!.set(slots.map(value))
}

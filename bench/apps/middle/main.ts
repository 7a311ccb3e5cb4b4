// An app of middle size: a shop's orders are read, filtered and summed up, some of it on workers.
import { offload } from 'brine'
import { Catalog, Ledger, Order } from './orders.ts'
import { byDay, format, groupBy, quantile, sumOf, weeksOf } from './figures.ts'

const catalog = new Catalog([
  ['apple', 120],
  ['pear', 150],
  ['plum', 80],
])
const taxes = { food: 0.07, other: 0.19 }
let shown = 0

const gross = (order: Order): number => order.total(catalog) * (1 + taxes.food)

function makeOrders(count: number, seed: number): Order[] {
  let state = seed
  const next = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state % limit
  }
  const names = catalog.names()
  return Array.from({ length: count }, () => {
    const order = new Order(next(365))
    for (let line = 0; line < 3; line++) order.add(names[next(names.length)]!, 1 + next(9))
    return order
  })
}

function show(title: string, value: number): void {
  const line = document.createElement('p')
  line.textContent = `${++shown}. ${title}: ${format(value)}`
  document.body.append(line)
}

async function report(count: number): Promise<void> {
  const [total, median, best] = await Promise.all([
    offload(() => sumOf(makeOrders(count, 1), gross)),
    offload(() => quantile(makeOrders(count, 1).map(gross), 0.5)),
    offload(() => {
      const days = groupBy(makeOrders(count, 1), byDay)
      return Math.max(...[...days.values()].map((orders) => sumOf(orders, gross)))
    }),
  ])
  show('Total', total)
  show('Median of an order', median)
  show('Best day', best)

  const ledger = await offload((weeks: number) => {
    const book = new Ledger('orders')
    for (const order of makeOrders(count, 1)) book.enter(order.day % weeks, gross(order))
    return book
  }, weeksOf(365))
  show(`Weeks in ${ledger.title}`, ledger.size)
}

document.addEventListener('click', () => void report(1_000))
void report(10_000)

// What brine says, in a real browser, to what belongs to the page: by name, captured, as an argument, deep inside.
import { expect } from '@playwright/test'
import type * as Brine from '../src/index.ts'
import { test } from './table-page.ts'

test('values that belong to the page are refused by name and path', async ({ tablePage }) => {
  const told = await tablePage.evaluate(async () => {
    const worker = new Worker(URL.createObjectURL(new Blob([''])))
    const detached = new ArrayBuffer(4)
    structuredClone(detached, { transfer: [detached] })
    const values: Record<string, unknown> = {
      'a DOM node': document.createElement('p'),
      'a text node': document.createTextNode('text'),
      'a node list': document.querySelectorAll('script'),
      document,
      window: globalThis,
      'a style': document.documentElement.style,
      'an event': new MouseEvent('click'),
      'a socket': new WebSocket('ws://localhost:1/'),
      'a worker': worker,
      'a request': new XMLHttpRequest(),
      'a response': new Response('body'),
      'a URL': new URL(location.href),
      'an observer': new MutationObserver(() => {}),
      'a canvas context': document.createElement('canvas').getContext('2d'),
      storage: localStorage,
      history,
      'a port': new MessageChannel().port1,
      'a stream': new ReadableStream(),
      'an offscreen canvas': new OffscreenCanvas(1, 1),
      'a detached buffer': detached,
      'a promise': Promise.resolve(),
      'a weak map': new WeakMap(),
      'an abort signal': new AbortController().signal,
    }
    const told: Record<string, string> = {}
    for (const [name, value] of Object.entries(values)) {
      const opts = { list: [value] }
      const run = brine.pool.with({ using: { opts } }).offload(function onTick() {
        return opts
      })
      await run.then(
        () => (told[name] = 'it went'),
        (error: Brine.BrineError) =>
          (told[name] = `${error.code} at ${error.path}: ${error.message.split('. ')[0]}`),
      )
    }
    worker.terminate()
    return told
  })
  const opening = (code: string) =>
    `${code} at .opts.list[0]: Cannot offload 'onTick': property '0' (captured at .opts.list[0])`
  const unsupported = opening('VALUE_UNSUPPORTED')
  const untransferred = opening('VALUE_NOT_TRANSFERRED')
  expect(told).toEqual({
    'a DOM node': `${unsupported} is an HTMLParagraphElement`,
    'a text node': `${unsupported} is a Text`,
    'a node list': `${unsupported} is a NodeList`,
    document: `${unsupported} is an HTMLDocument`,
    // The global object goes by reference: code that keeps it by another name finds that of its own thread.
    window: 'it went',
    'a style': expect.stringMatching(/ is a CSS(StyleDeclaration|StyleProperties|2Properties)$/),
    'an event': `${unsupported} is a MouseEvent`,
    'a socket': `${unsupported} is a WebSocket`,
    'a worker': `${unsupported} is a Worker`,
    'a request': `${unsupported} is an XMLHttpRequest`,
    'a response': `${unsupported} is a Response`,
    'a URL': `${unsupported} is a URL`,
    'an observer': `${unsupported} is a MutationObserver`,
    'a canvas context': `${unsupported} is a CanvasRenderingContext2D`,
    storage: `${unsupported} is a Storage`,
    history: `${unsupported} is a History`,
    'a port': `${untransferred} is a MessagePort which is not in the transfer list`,
    'a stream': `${untransferred} is a ReadableStream which is not in the transfer list`,
    'an offscreen canvas': `${untransferred} is an OffscreenCanvas which is not in the transfer list`,
    'a detached buffer': `${opening('VALUE_DETACHED')} is a detached ArrayBuffer`,
    'a promise': `${unsupported} is a Promise`,
    'a weak map': `${unsupported} is a WeakMap`,
    'an abort signal': `${unsupported} is an AbortSignal`,
  })
})

test('names of the page are refused with the place in the source', async ({ tablePage }) => {
  const told = await tablePage.evaluate(async () => {
    const scope = ($: string): unknown => eval($)
    const node = document.createElement('p')
    const attempts: [() => unknown, Brine.Environment?][] = [
      [() => document.title],
      [() => document.title, { scope }],
      [() => window.innerWidth],
      [() => localStorage.length, { scope }],
      [() => alert()],
      [() => node.textContent, { scope }],
      [(0, eval)('() => nobodySuppliesThis + 1') as () => unknown, { scope }],
    ]
    const told: string[] = []
    for (const [fn, environment] of attempts) {
      await brine.pool
        .with({ ...environment })
        .offload(fn)
        .then(
          () => told.push('it went'),
          (error: Brine.BrineError) =>
            told.push(`${error.code} at ${error.path || 'the root'}\n${error.message}`),
        )
    }
    return told
  })
  const pageOnly = (name: string, source: string, at: number) =>
    [
      'CAPTURE_PAGE_ONLY at the root',
      `Cannot offload a function: it uses '${name}', which exists on the page alone. Read what is needed on the page and pass it as an argument, or wrap the access in \`callback(…)\`.`,
      '',
      `> 1 | ${source}`,
      `    | ${' '.repeat(at)}${'^'.repeat(name.length)}`,
      '',
    ].join('\n')
  expect(told).toEqual([
    pageOnly('document', '() => document.title', 6),
    pageOnly('document', '() => document.title', 6),
    pageOnly('window', '() => window.innerWidth', 6),
    pageOnly('localStorage', '() => localStorage.length', 6),
    pageOnly('alert', '() => alert()', 6),
    expect.stringContaining(
      "VALUE_UNSUPPORTED at .node\nCannot offload a function: variable 'node' (captured at .node) is an HTMLParagraphElement.",
    ),
    expect.stringContaining(
      "CAPTURE_UNRESOLVED at the root\nCannot offload a function: it uses the free variable 'nobodySuppliesThis'",
    ),
  ])
})

test('what moves goes when it is in the transfer list', async ({ tablePage }) => {
  const result = await tablePage.evaluate(async () => {
    const { port1, port2 } = new MessageChannel()
    const heard = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)))
    await brine.pool
      .with({ transfer: [port2] })
      .offload((port: MessagePort) => port.postMessage('through'), port2)
    const buffer = new ArrayBuffer(8)
    const size = await brine.pool
      .with({ transfer: [buffer] })
      .offload((given: ArrayBuffer) => given.byteLength, buffer)
    return [await heard, size, buffer.byteLength]
  })
  expect(result).toEqual(['through', 8, 0])
})

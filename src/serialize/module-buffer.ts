// Buffers and their views as JavaScript: short ones as numbers, others in base 64.
import { BrineError } from '../errors/brine-error.ts'
import { followsBuffer, viewName } from './cloneable.ts'
import { listText, primitiveText } from './module-syntax.ts'

/** Elements or bytes that are listed one by one. */
const LISTED = 64

/** An expression that makes a buffer. */
export function bufferText(buffer: ArrayBuffer): string {
  if (buffer.detached) throw new BrineError('VALUE_NO_BYTES', { what: 'a detached ArrayBuffer' })
  const bytes = new Uint8Array(buffer)
  const source =
    bytes.length <= LISTED ? listText('[', Array.from(bytes, String), ']') : `atob("${base64(bytes)}")`
  const map = bytes.length <= LISTED ? '' : ', (c) => c.charCodeAt(0)'
  if (buffer.resizable) {
    const made = `new ArrayBuffer(${bytes.length}, { maxByteLength: ${buffer.maxByteLength} })`
    return `((buffer) => (new Uint8Array(buffer).set(Uint8Array.from(${source}${map})), buffer))(${made})`
  }
  if (bytes.every((byte) => byte === 0)) return `new ArrayBuffer(${bytes.length})`
  return `Uint8Array.from(${source}${map}).buffer`
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return btoa(text)
}

/**
 * An expression that makes a view.
 *
 * @param buffersName The constant that holds its buffer, if there is one.
 */
export function viewText(view: ArrayBufferView, buffersName: string | undefined): string {
  const { buffer, byteOffset, byteLength } = view
  const name = viewName(view)
  const elements = view as Float64Array
  const whole = byteOffset === 0 && byteLength === buffer.byteLength
  if (
    buffersName === undefined &&
    whole &&
    name !== 'DataView' &&
    elements.length <= LISTED &&
    !(buffer as ArrayBuffer).resizable
  ) {
    const list = Array.from(elements, primitiveText)
    // A NaN may hold any of many bit patterns, which only bytes keep.
    if (!list.includes('NaN')) return `new ${name}(${listText('[', list, ']')})`
  }
  const text = buffersName ?? bufferText(buffer as ArrayBuffer)
  if (whole || (followsBuffer(view) && byteOffset === 0)) return `new ${name}(${text})`
  const length = name === 'DataView' ? byteLength : elements.length
  return `new ${name}(${text}, ${byteOffset}${followsBuffer(view) ? '' : `, ${length}`})`
}

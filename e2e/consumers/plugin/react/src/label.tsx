import { useState } from 'react'

export const shout = (text: string): string => `${text.toUpperCase()}!`

export function Label({ text }: { text: string }) {
  const [first] = useState(text)
  return <p id="label">{`${shout(text)} was ${first}`}</p>
}

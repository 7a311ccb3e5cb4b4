// A turn of the event loop, without the delay that browsers give to nested timers.

/** Makes a function that lets in the messages that have come: those of the page above all. */
export function createTurn(): () => Promise<void> {
  let channel: MessageChannel | undefined
  const waiting: (() => void)[] = []
  return () =>
    new Promise((resolve) => {
      if (!channel) {
        channel = new MessageChannel()
        channel.port1.onmessage = () => waiting.shift()!()
      }
      waiting.push(resolve)
      channel.port2.postMessage(undefined)
    })
}

// Measures how responsive the page's thread is: the longest wait of a timer, and the frames that the page could draw.

export interface Pulse {
  /** Longest time in milliseconds between two beats of a timer that is due every 4 ms. */
  stall: number
  /** When the page drew, in milliseconds since the start. */
  frames: readonly number[]
  /** Whether the page was hidden at some time: browsers then hold timers and frames back by themselves. */
  hidden: boolean
}

export interface Heartbeat {
  /** What was measured up to now. */
  read(): Pulse
  stop(): Pulse
}

export function startHeartbeat(): Heartbeat {
  const start = performance.now()
  const frames: number[] = []
  let last = start
  let stall = 0
  let hidden = document.hidden
  let running = true

  const beat = (): void => {
    const now = performance.now()
    stall = Math.max(stall, now - last)
    last = now
    hidden ||= document.hidden
  }
  const timer = setInterval(beat, 4)
  const draw = (): void => {
    if (!running) return
    frames.push(performance.now() - start)
    requestAnimationFrame(draw)
  }
  requestAnimationFrame(draw)

  const read = (): Pulse => ({ stall, frames, hidden })
  return {
    read,
    stop() {
      // The beat that is overdue now counts too.
      if (running) beat()
      running = false
      clearInterval(timer)
      return read()
    },
  }
}

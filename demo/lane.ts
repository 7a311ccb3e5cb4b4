// What the page's thread draws by itself: a moving dot, and for each run a strip that shows when it could draw.

/** Frames whose dots are still to be seen. */
const TRAIL = 36
/** Milliseconds from one end to the other. */
const CROSSING = 1_600
/** How long one frame fills a strip, in milliseconds: half as long again as 60 frames a second take, for jitter. */
const FRAME = 25

/** Moves a dot to and fro, the places of its last frames behind it; where people prefer less motion, it rests. */
export function startLane(canvas: HTMLCanvasElement): void {
  const surface = surfaceOf(canvas)
  const calm = matchMedia('(prefers-reduced-motion: reduce)')
  const trail: number[] = []

  const frame = (now: number): void => {
    requestAnimationFrame(frame)
    const { context, width, height } = surface
    const radius = height / 4
    const phase = (now / CROSSING) % 2
    trail.push(phase < 1 ? phase : 2 - phase)
    if (trail.length > TRAIL) trail.shift()
    if (calm.matches) trail.splice(0, TRAIL, 0.5)

    surface.clear()
    trail.forEach((place, index) => {
      const newest = index === trail.length - 1
      const size = newest ? radius : radius * 0.7
      context.globalAlpha = newest ? 1 : (0.35 * (index + 1)) / TRAIL
      context.beginPath()
      context.arc(2 * radius + place * (width - 4 * radius), height / 2, size, 0, 2 * Math.PI)
      context.fill()
    })
  }
  requestAnimationFrame(frame)
}

/**
 * Makes a function that fills the part of a run's time in which the page drew 60 frames a second: where the strip stays
 * empty, the page stood still. It takes the times of the frames and the whole time, in milliseconds.
 */
export function createStrip(canvas: HTMLCanvasElement): (frames: readonly number[], time: number) => void {
  let redraw = (): void => {}
  const surface = surfaceOf(canvas, () => redraw())
  return (frames, time) => {
    redraw = () => {
      surface.clear()
      const { context, width, height } = surface
      for (const at of frames) context.fillRect((at / time) * width, 0, (FRAME / time) * width, height)
    }
    redraw()
  }
}

/**
 * Keeps a canvas as large as it is on the screen, and its paint in the colour of its style. Both are read when they
 * change and not when something is drawn: that would force a layout each time, and the page would stall by itself.
 */
function surfaceOf(canvas: HTMLCanvasElement, onChange = (): void => {}) {
  const context = canvas.getContext('2d')!
  const surface = {
    context,
    width: 0,
    height: 0,
    clear: () => context.clearRect(0, 0, surface.width, surface.height),
  }
  const update = (): void => {
    surface.width = canvas.width = Math.round(canvas.clientWidth * devicePixelRatio)
    surface.height = canvas.height = Math.round(canvas.clientHeight * devicePixelRatio)
    context.fillStyle = getComputedStyle(canvas).color
    onChange()
  }
  new ResizeObserver(update).observe(canvas)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', update)
  return surface
}

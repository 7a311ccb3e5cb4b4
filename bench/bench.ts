// What a bench is: a module that builds what it needs, measures it in a browser, and reports tables.
import type { Browser } from '@playwright/test'

/** A table of figures. Cells are text for people; `data` is the same for programs. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What is needed to read it, in a sentence. */
  readonly note?: string
  /** What goes into the JSON file. */
  readonly data: unknown
}

/** What a bench is given. */
export interface Bed {
  readonly browser: Browser
  /** How many rounds, at least 5. */
  readonly rounds: number
  /** How long one measurement of one contestant lasts, in milliseconds. */
  readonly sample: number
}

export interface Bench {
  /** Picks it on the command line, and names its file of results. */
  readonly name: string
  run(bed: Bed): Promise<readonly Table[]>
}

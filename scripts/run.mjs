// Runs the tools of this repository as child processes: no shell, no stdin, and never longer than they should.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} name a command that a package in node_modules provides */
export function bin(name) {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, timeout?: number }} [options] `timeout` in milliseconds, default 5 minutes
 * @returns {Promise<number>} the exit code; 1 when the process could not start, was killed or took too long
 */
export function run(command, args, { env = {}, cwd = root, timeout = 300_000 } = {}) {
  return new Promise((resolve) => {
    const windows = process.platform === 'win32'
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: windows,
      // A group of its own, so that a timeout ends the browsers and servers of a runner too.
      detached: !windows,
    })
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (windows || child.pid === undefined) child.kill(signal)
        else process.kill(-child.pid, signal)
      } catch {
        // It has ended by itself.
      }
    }
    const onSignal = () => {
      end('SIGTERM')
      process.exit(130)
    }
    const timer = setTimeout(() => {
      console.error(`${command} took longer than ${timeout / 1000} s and was ended`)
      end('SIGKILL')
    }, timeout)
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
    const settle = (/** @type {number} */ code) => {
      clearTimeout(timer)
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      resolve(code)
    }
    child.once('error', (error) => {
      console.error(`Cannot start ${command}: ${error.message}`)
      settle(1)
    })
    child.once('close', (code) => settle(code ?? 1))
  })
}

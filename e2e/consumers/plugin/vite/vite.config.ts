import { brine } from 'brine/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [brine()] })

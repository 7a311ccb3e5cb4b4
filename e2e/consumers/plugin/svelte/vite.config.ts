import { svelte } from '@sveltejs/vite-plugin-svelte'
import { brine } from 'brine/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [svelte({ configFile: false }), brine()] })

import react from '@vitejs/plugin-react'
import { brine } from 'brine/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [react(), brine()] })

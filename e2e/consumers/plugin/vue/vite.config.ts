import vue from '@vitejs/plugin-vue'
import { brine } from 'brine/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [vue(), brine()] })

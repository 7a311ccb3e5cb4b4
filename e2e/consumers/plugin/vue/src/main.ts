import { createApp } from 'vue'
import App from './app.vue'

createApp(App, { factor: 10 }).mount('#root')

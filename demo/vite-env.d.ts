// Types of what Vite adds to imports, such as `?raw`.
/// <reference types="vite/client" />

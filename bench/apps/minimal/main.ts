// The smallest app: one closure that travels.
import { offload } from 'brine'

const rate = 0.05
void offload((sum: number) => sum * (1 + rate), 100).then((result) => document.body.append(String(result)))

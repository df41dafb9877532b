import { runOrderedWorker } from './run-ordered-worker.ts'
import { runServiceWorker } from './run-service-worker.ts'

// The worker program. With `--orders` it belongs to a private run and is told everything on its standard input; else it
// serves an installation, as its arguments, environment and configuration say.
if (process.argv[2] === '--orders') await runOrderedWorker()
else await runServiceWorker(process.argv, process.env)

// What `npm test` runs is what the checks of a change are: one command, here and there.
import './test.mjs'

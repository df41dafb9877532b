export { type RenderedStatement, renderStatement } from './render-statement.ts'

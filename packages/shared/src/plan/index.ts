export { type Basis, type Estimate, estimateDuration, type Measurement } from './estimate-duration.ts'
export { forecastLarge } from './forecast-large.ts'
export { type Forecast, type PlannedQuery, planRun, type RunPlan } from './plan-run.ts'
export { mostForecast, restOfRun } from './rest-of-run.ts'

export { locateServers, openServices, type Services } from './open-services.ts'
export { readSettings, type Settings } from './settings.ts'

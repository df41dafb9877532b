import helmet from 'helmet'

const none = ["'none'"]
const self = ["'self'"]
const common = {
  // Whoever serves this by HTTPS decides that for his whole name, not we.
  strictTransportSecurity: false,
  originAgentCluster: false,
  // So that forms still say their origin where a browser says nothing else of where a request comes from.
  referrerPolicy: { policy: 'same-origin' },
} as const

/** Headers of our own pages: no script, nothing from elsewhere, in no frame. */
export const pageHeaders = helmet({
  ...common,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: none,
      styleSrc: self,
      imgSrc: [...self, 'data:'],
      formAction: self,
      baseUri: none,
      frameAncestors: none,
    },
  },
})

/** Headers of bull-board: its scripts are files of this server, its styles stand in its elements, too. */
export const boardHeaders = helmet({
  ...common,
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: none,
      scriptSrc: self,
      styleSrc: [...self, "'unsafe-inline'"],
      imgSrc: [...self, 'data:'],
      fontSrc: self,
      connectSrc: self,
      formAction: none,
      baseUri: self,
      frameAncestors: none,
    },
  },
})

import { flowStoreContract } from '../../../contracts/flow-store.ts'
import { openEmbedded } from './open-embedded.ts'

flowStoreContract('embedded', openEmbedded)

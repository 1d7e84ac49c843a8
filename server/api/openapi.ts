import { schemas } from './openapi-schemas.ts'
import type { Route } from './route.ts'

const failure = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

/** The OpenAPI 3.1 document of the routes: derived from the table that the router reads, so that it cannot differ. */
export function openapi(routes: readonly Route[], version: string): object {
  const paths = routes.map(route => [route.path, { get: operation(route) }])
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version,
      description: 'Cross-zone traffic by service pair. Ranges are half-open, times UTC.',
    },
    paths: Object.fromEntries(paths),
    components: { schemas },
  }
}

function operation(route: Route): object {
  const json = { 'application/json': { schema: { $ref: `#/components/schemas/${route.answer}` } } }
  return {
    summary: route.summary,
    operationId: operationId(route.path),
    parameters: Object.entries(route.parameters).map(([name, parameter]) => ({
      name,
      in: parameter.inPath === true ? 'path' : 'query',
      required: parameter.inPath === true,
      description: `${parameter.means} Allowed: ${parameter.allowed}.`,
      schema: parameter.repeats === true ? { type: 'array', items: { type: 'string' } } : { type: 'string' },
      ...(parameter.repeats === true && { explode: true }),
    })),
    responses: {
      200: { description: 'The answer.', content: { ...json, ...(route.csv && { 'text/csv': {} }) } },
      401: failure('No credential, or one that is not valid here.'),
      403: failure('The viewer has no right to it.'),
      429: failure('More questions than one viewer may ask: retry-after says when.'),
      ...(route.path.includes('{') && { 404: failure('Nothing is there that the viewer may see.') }),
      400: failure('A parameter is wrong: which, why, and what is allowed.'),
      503: failure('The store cannot answer now.'),
    },
  }
}

/** pairs of /api/v1/pairs, rolloutsById of /api/v1/rollouts/{id}: every path has its own. */
function operationId(path: string): string {
  const [first = '', ...parts] = path.split('/').slice(3)
  const words = parts.map(part => part.replace(/^\{(.*)\}$/, 'by-$1')).flatMap(part => part.split('-'))
  return [first, ...words.map(word => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

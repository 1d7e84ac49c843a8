import { schemas } from './openapi-schemas.ts'
import type { Route } from './route.ts'
import type { WriteRoute } from './write-route.ts'

const failure = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

/** The OpenAPI 3.1 document of the routes: derived from the tables that the router reads, so that it cannot differ. */
export function openapi(routes: readonly Route[], writes: readonly WriteRoute[], version: string): object {
  const paths: { [path: string]: object } = {}
  for (const route of routes) paths[route.path] = { get: operation(route) }
  for (const route of writes) paths[route.path] = { ...paths[route.path], post: writing(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weir',
      version,
      description: 'Cross-zone traffic by service pair. Ranges are half-open, times UTC.',
    },
    paths,
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

function writing({ answer, body, path, summary }: WriteRoute): object {
  const of = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } })
  return {
    summary,
    operationId: `post${operationId(path).replace(/^./, first => first.toUpperCase())}`,
    requestBody: { required: true, content: of(body) },
    responses: {
      201: { description: 'It is kept.', content: of(answer) },
      200: { description: 'The same was there already.', content: of(answer) },
      400: failure('A field is wrong: which, why, and what is allowed.'),
      401: failure('No credential, or one that is not valid here.'),
      403: failure('The viewer has no right to it, or it came from the page of another site.'),
      413: failure('The body is too long.'),
      415: failure('The body is no application/json.'),
      429: failure('More than one viewer may write: retry-after says when.'),
      503: failure('It cannot be kept now.'),
    },
  }
}

/** pairs of /api/v1/pairs, rolloutsById of /api/v1/rollouts/{id}: every path has its own. */
function operationId(path: string): string {
  const [first = '', ...parts] = path.split('/').slice(3)
  const words = parts.map(part => part.replace(/^\{(.*)\}$/, 'by-$1')).flatMap(part => part.split('-'))
  return [first, ...words.map(word => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

/** A JSON schema, as far as answers need it. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: { readonly [name: string]: Schema }
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly string[]
  readonly $ref?: string
  readonly allOf?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
}

/** Fields that are always there, and those that may be missing. */
export function object(
  fields: { readonly [name: string]: Schema },
  optional: { readonly [name: string]: Schema } = {},
): Schema {
  return { type: 'object', properties: { ...fields, ...optional }, required: Object.keys(fields) }
}
export const list = (items: Schema, description?: string): Schema => ({
  type: 'array',
  items,
  ...(description !== undefined && { description }),
})
export const text: Schema = { type: 'string' }
export const number: Schema = { type: 'number' }
export const whole = (description: string): Schema => ({ type: 'integer', description })
export const epochMs = whole('epoch milliseconds')
export const momentOrNull: Schema = { type: ['integer', 'null'], description: 'epoch milliseconds, or null: none yet' }
export const bytes = whole('counted IP bytes')
export const wire = whole('bytes as the network card sent them: what is priced')
export const cost = whole('millionths of a US dollar')
export const range = object({ from: epochMs, to: epochMs })
export const scope: Schema = {
  type: ['string', 'array'],
  items: text,
  description: 'all, or the namespaces that the viewer may see: everything in the answer is of them',
}
export const orNull = (schema: Schema): Schema => ({ ...schema, type: ['object', 'null'] })

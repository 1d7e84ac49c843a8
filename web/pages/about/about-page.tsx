import { ErrorBanner } from '../../frame/error-banner.tsx'
import { Fact } from '../../frame/fact.tsx'
import type { PageProps } from '../../frame/page-props.ts'
import { useAnswer } from '../../frame/use-answer.ts'
import { formatCount } from '../../words/bytes.ts'

/** What this is, in which units it speaks, and where its price is from. */
export function AboutPage({ feed, screen }: PageProps) {
  const { answer, error, retry } = useAnswer(feed, 'version', {})
  const price = screen.arrivals.zones?.frame.price
  const { viewer } = screen
  return (
    <>
      <ErrorBanner what="The version" error={error} retry={retry} />
      <section className="panel" aria-labelledby="about-title">
        <header>
          <h2 id="about-title">This server</h2>
        </header>
        <dl className="facts">
          <Fact name="Version">{answer?.info.version ?? '…'}</Fact>
          <Fact name="You are">
            {viewer === undefined
              ? '…'
              : `${viewer.name}, who ${viewer.scope === 'all' ? 'sees all namespaces' : `sees ${viewer.scope.join(', ')}`}`}
          </Fact>
          <Fact name="Licence">Apache-2.0</Fact>
          <Fact name="For machines">
            <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>; Prometheus metrics are on the metrics port,
            /metrics
          </Fact>
        </dl>
      </section>
      <section className="panel" aria-labelledby="units-title">
        <header>
          <h2 id="units-title">Price and units</h2>
        </header>
        <dl className="facts">
          {price !== undefined && (
            <>
              <Fact name="Price">
                {price.usdPerGb} {price.currency} per GB and billed side: {price.source}
              </Fact>
              <Fact name="A GB of the bill">
                {formatCount(price.bytesPerGb)} bytes{price.bytesPerGb === 2 ** 30 ? ', which is 1 GiB' : ''}
              </Fact>
            </>
          )}
          <Fact name="Sizes">
            binary units: 1 KiB = 1024 B. Bytes are IP bytes as the kernel counts them; money uses wire bytes, which add
            the headers that segmentation offload hides from it
          </Fact>
          <Fact name="Times">UTC, everywhere</Fact>
        </dl>
      </section>
      <section className="panel" aria-labelledby="words-title">
        <header>
          <h2 id="words-title">Words</h2>
        </header>
        <dl className="facts">
          {words.map(([word, meaning]) => (
            <Fact key={word} name={word}>
              {meaning}
            </Fact>
          ))}
        </dl>
      </section>
    </>
  )
}

const words: readonly (readonly [word: string, meaning: string])[] = [
  ['initiator, responder', 'who opened the connection, and who answered'],
  [
    'hop',
    'bytes between two machines; a connection that a node forwards is two hops, and each is billed where it crosses',
  ],
  ['crossing', 'same-zone, cross-zone, cross-region, internet, or unknown with a reason; never guessed'],
  ['billed side', 'an end of a hop that AWS charges for: none, one or both, by its path'],
  ['primary, witness', 'the node that sends a hop on reports it; the node that receives it reports it as a check'],
  ['sealed', 'of a minute: it is decided which report counts, and nothing of it changes any more'],
  ['unplaced', 'an address whose owner is not known; its bytes are kept and shown'],
  ['unattributed', 'billed and not observed: a row of the statement, never spread over the others'],
]

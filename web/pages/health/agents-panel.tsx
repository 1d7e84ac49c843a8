import type { AgentsAnswer } from '@weir/contract/queries.ts'
import { memo } from 'react'
import { ErrorBanner } from '../../frame/error-banner.tsx'
import type { Answered } from '../../frame/use-answer.ts'
import { DataTable } from '../../tables/data-table.tsx'
import { agentColumns } from './agent-columns.tsx'

/** Nodes without an agent that are named; more are told as a number. */
const NAMED = 20

export const AgentsPanel = memo(function AgentsPanel({
  agents: { answer, error, retry },
}: {
  readonly agents: Answered<AgentsAnswer>
}) {
  return (
    <section className="panel" aria-labelledby="agents-title">
      <header>
        <h2 id="agents-title">Agents</h2>
        {answer !== undefined && <span className="quiet small">{summary(answer)}</span>}
      </header>
      <ErrorBanner what="The list of agents" error={error} retry={retry} />
      {answer === undefined && error === undefined && <p className="message quiet loading">Loading…</p>}
      {answer !== undefined && <Found answer={answer} />}
    </section>
  )
})

function Found({ answer: { agents, withoutAgent, asOf } }: { readonly answer: AgentsAnswer }) {
  return (
    <>
      {withoutAgent.length > 0 && (
        <p className="banner note">
          Without an agent: {withoutAgent.slice(0, NAMED).join(', ')}
          {withoutAgent.length > NAMED && ` and ${withoutAgent.length - NAMED} more`}. What these nodes send counts only
          as far as the other end has an agent.
        </p>
      )}
      {agents.length === 0 ? (
        <div className="message">
          <h2>No agent has reported yet</h2>
          <p>
            Start the agent on every node and give it the address of this server and its secret or token. This list is
            of what the server has heard since it started.
          </p>
        </div>
      ) : (
        <DataTable
          label="Agents"
          columns={agentColumns(asOf)}
          rows={agents}
          keyOf={({ cluster, node }) => `${cluster}/${node}`}
          fileName="weir-agents"
        />
      )}
    </>
  )
}

function summary({ agents, withoutAgent }: AgentsAnswer): string {
  const count = (state: string) => agents.filter(agent => agent.state === state).length
  const versions = new Set(agents.map(({ report }) => report.agentVersion)).size
  const parts = [
    `${count('live')} live`,
    ...(['late', 'silent'] as const).filter(state => count(state) > 0).map(state => `${count(state)} ${state}`),
    ...(withoutAgent.length > 0 ? [`${withoutAgent.length} nodes without one`] : []),
    ...(versions > 1 ? [`${versions} versions`] : []),
  ]
  return parts.join(', ')
}

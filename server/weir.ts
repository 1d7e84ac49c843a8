/** The one program: `weir agent` on every node, `weir server` once. Each command loads only what is its own. */
const usage = `weir: traffic between availability zones, by service pair

  weir server [flags]    collects, answers and shows it
  weir agent [flags]     measures one node
  weir flow-logs [flags] reads VPC flow logs as they arrive
  weir import [flags]    reads VPC flow logs of a past range, once
  weir verify [flags]    checks a Service's share that crosses zones against a bar
  weir <command> --help  every setting, with its default

Every flag can also be given as an environment variable: --server-url is WEIR_SERVER_URL.
`

process.exitCode = await run(process.argv[2], process.argv.slice(3))

async function run(command: string | undefined, argv: readonly string[]): Promise<number> {
  switch (command) {
    case 'agent':
      return await (await import('../agent/main.ts')).main(argv)
    case 'server':
      return await (await import('./main.ts')).main(argv)
    case 'flow-logs':
      return await (await import('../agent/vpcflow/main.ts')).main(argv)
    case 'import':
      return await (await import('../agent/vpcflow/import.ts')).main(argv)
    case 'verify':
      return await (await import('./verify/main.ts')).main(argv)
    case '--help':
    case 'help':
      process.stdout.write(usage)
      return 0
    default:
      process.stderr.write(command === undefined ? usage : `weir: no command ${command}\n\n${usage}`)
      return 2
  }
}

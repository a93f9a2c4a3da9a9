import { freePort } from './free-port.ts'
import { redisCommand } from './redis-command.ts'
import { startRedis } from './redis-server.ts'
import type { TestServer } from './test-server.ts'

const slots = 16_384
/** After this time without an answer a master is taken for dead. */
const failoverMs = 3_000
const hangMs = 600_000

/** A node of a {@link RedisCluster}. */
export interface ClusterNode {
  readonly server: TestServer
  readonly busPort: number
  /** The name that the cluster knows it by. */
  readonly id: string
}

/** A Redis Cluster on loopback, started for one caller. */
export class RedisCluster {
  /** They share all slots, in equal parts. */
  readonly masters: readonly ClusterNode[]
  /** As many as there are masters, in the same order; or none. */
  readonly replicas: readonly ClusterNode[]

  private constructor(masters: readonly ClusterNode[], replicas: readonly ClusterNode[]) {
    this.masters = masters
    this.replicas = replicas
  }

  /**
   * Starts three masters, and as many replicas where `withReplicas`. A dead master's replica takes its
   * place after some seconds. Without replicas, a node that gets no CPU for a while is not taken for dead.
   * @throws {MissingProgramError} where there is no `redis-server`.
   */
  static async start({ withReplicas = false } = {}): Promise<RedisCluster> {
    const timeoutMs = withReplicas ? failoverMs : hangMs
    const start = () => Promise.all([1, 2, 3].map(() => startNode(timeoutMs)))
    const cluster = new RedisCluster(await start(), withReplicas ? await start() : [])
    try {
      await cluster.#join()
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  get nodes(): readonly ClusterNode[] {
    return [...this.masters, ...this.replicas]
  }

  /** Resolves once every node that answers sees all slots served, and `isWanted` in its list of nodes. */
  async settled(isWanted: (list: string) => boolean = () => true): Promise<void> {
    await until(async () => {
      for (const { server } of this.nodes) {
        const info = await redisCommand(server.port, 'CLUSTER', 'INFO').catch(() => undefined)
        if (info === undefined) continue
        if (!info.includes('cluster_state:ok')) return false
        if (!isWanted(await redisCommand(server.port, 'CLUSTER', 'NODES'))) return false
      }
      return true
    })
  }

  /** Ends all nodes and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ server }) => server.stop()))
  }

  async #join(): Promise<void> {
    const [first] = this.masters
    if (!first) return
    for (const [index, { server }] of this.masters.entries()) {
      const [from, to] = [index, index + 1].map((part) => Math.floor((part * slots) / 3))
      await redisCommand(server.port, 'CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${Number(to) - 1}`)
    }
    for (const { server, busPort } of this.nodes.slice(1)) {
      const address = ['127.0.0.1', `${server.port}`, `${busPort}`]
      await redisCommand(first.server.port, 'CLUSTER', 'MEET', ...address)
    }
    await this.settled((list) => this.nodes.every(({ id }) => list.includes(id)))
    for (const [index, { server }] of this.replicas.entries()) {
      await redisCommand(server.port, 'CLUSTER', 'REPLICATE', this.masters[index]?.id ?? '')
      await until(async () => {
        return (await redisCommand(server.port, 'INFO', 'replication')).includes('link_status:up')
      })
    }
    const count = this.replicas.length
    await this.settled(
      (list) => list.split(' slave ').length + list.split(',slave ').length - 2 >= count,
    )
  }
}

async function startNode(timeoutMs: number): Promise<ClusterNode> {
  const busPort = await freePort()
  const server = await startRedis([
    ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
    ...['--cluster-node-timeout', String(timeoutMs), '--repl-diskless-sync-delay', '0'],
  ])
  return { server, busPort, id: await redisCommand(server.port, 'CLUSTER', 'MYID') }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

import { freePort } from './free-port.ts'
import { redisCommand } from './redis-command.ts'
import { startRedis } from './redis-server.ts'
import type { TestServer } from './test-server.ts'

const slots = 16_384
/**
 * After this time without an answer the nodes regard a master as dead. It is so long that no failover
 * begins by itself when a node gets no CPU for a while.
 */
const nodeTimeoutMs = 600_000

/** A node of a {@link RedisCluster}. */
export interface ClusterNode {
  readonly server: TestServer
  readonly busPort: number
  /** The name of the node in the cluster. */
  readonly id: string
}

/** A Redis Cluster on loopback, started for one caller. */
export class RedisCluster {
  /** Each has a third of the slots. */
  readonly masters: readonly ClusterNode[]
  /** The replica of each master, in the same order; empty if the cluster was started without replicas. */
  readonly replicas: readonly ClusterNode[]

  private constructor(masters: readonly ClusterNode[], replicas: readonly ClusterNode[]) {
    this.masters = masters
    this.replicas = replicas
  }

  /**
   * Starts three masters, and with `withReplicas` a replica of each. A replica takes the place of its
   * master only by {@link failOver}.
   * @throws {MissingProgramError} when there is no `redis-server`.
   */
  static async start({ withReplicas = false } = {}): Promise<RedisCluster> {
    const start = () => Promise.all([1, 2, 3].map(startNode))
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

  /** Makes the replica of a master take its place, and resolves when all nodes that answer know it. */
  async failOver(index: number): Promise<void> {
    const replica = this.replicas[index]
    if (!replica) throw new Error('The cluster was started without replicas')
    await redisCommand(replica.server.port, 'CLUSTER', 'FAILOVER', 'TAKEOVER')
    const isMaster = new RegExp(`^${replica.id} .*\\bmaster\\b`, 'm')
    await this.#settled((list) => isMaster.test(list))
  }

  /** Ends all nodes and removes their files. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(({ server }) => server.stop()))
  }

  /** Resolves when all nodes that answer say that all slots are served, and their lists are as wanted. */
  async #settled(isWanted: (list: string) => boolean): Promise<void> {
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
    await this.#settled((list) => this.nodes.every(({ id }) => list.includes(id)))
    for (const [index, { server }] of this.replicas.entries()) {
      await redisCommand(server.port, 'CLUSTER', 'REPLICATE', this.masters[index]?.id ?? '')
      await until(async () => {
        return (await redisCommand(server.port, 'INFO', 'replication')).includes('link_status:up')
      })
    }
    const count = this.replicas.length
    await this.#settled(
      (list) => list.split(' slave ').length + list.split(',slave ').length - 2 >= count,
    )
  }
}

async function startNode(): Promise<ClusterNode> {
  const busPort = await freePort()
  const server = await startRedis([
    ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
    ...['--cluster-node-timeout', String(nodeTimeoutMs), '--repl-diskless-sync-delay', '0'],
  ])
  return { server, busPort, id: await redisCommand(server.port, 'CLUSTER', 'MYID') }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20))
}

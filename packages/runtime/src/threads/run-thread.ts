import type { MessagePort } from 'node:worker_threads'
import type { Issue, Json } from '@sluice/template'
import { builtInPlugins } from '../plugins/built-in.ts'
import { loadPlugin } from '../plugins/load.ts'
import { createRegistry, type Plugin, type PluginRegistry } from '../plugins/registry.ts'
import type { GroupIdentity, Task } from '../task/task.ts'
import { type AlterOutcome, runAlterOffsets } from '../worker/alter-offsets.ts'
import { runCheck, runSplit, type SplitCall } from '../worker/connector-code.ts'
import { createInProcessHost, noMetrics, toCheck, type HostServices } from '../worker/in-process-host.ts'
import { asTask } from './as-task.ts'
import { FigureBatcher } from './figure-batch.ts'
import type { FromThread, RemoteSpec, ThreadData, ToThread } from './messages.ts'
import { toPlainError } from './plain-error.ts'
import { osThread } from './os-thread.ts'
import { noteOf, watchedDefinition } from './watched-definition.ts'
import { post, type ThreadServices, threadLogger, threadServices } from './thread-services.ts'

const figuresEveryMs = 1000

/** In a worker thread: runs the tasks and calls that messages ask for, until it is terminated. */
export function runThread(port: MessagePort, data: ThreadData): void {
  const services = threadServices(port)
  const thread = new Thread(port, data, services)
  port.on('message', (message: ToThread) => {
    if (message.type === 'answer') services.answer(message)
    else if (message.type === 'ping') post(port, { type: 'pong' })
    else thread.take(message)
  })
  post(port, { type: 'ready', osThread: osThread() })
}

type Work = Exclude<ToThread, { type: 'answer' | 'ping' }>

interface Running {
  readonly task: Promise<Task>
  readonly sendFigures: () => void
}

class Thread {
  readonly #port: MessagePort
  readonly #data: ThreadData
  readonly #services: ThreadServices
  readonly #registry: Promise<PluginRegistry>
  readonly #tasks = new Map<number, Running>()
  readonly #watches = new Map<number, AbortController>()
  /** Of checks and splits. */
  readonly #calls = new AbortController()

  constructor(port: MessagePort, data: ThreadData, services: ThreadServices) {
    this.#port = port
    this.#data = data
    this.#services = services
    this.#registry = preload(data)
    // whoever awaits it first meets the error
    this.#registry.catch(() => {})
  }

  take(message: Work): void {
    switch (message.type) {
      case 'start':
        return this.#start(message)
      case 'pause':
      case 'resume':
        return this.#tell(message.task, (task) => task[message.type]())
      case 'restart':
        return this.#answer(message.call, () => this.#whenStarted(message.task, (task) => task.restart()))
      case 'stop':
        return this.#answer(message.call, () => this.#stop(message.task, message.timeoutMs))
      case 'check':
        return this.#answer(message.call, () => this.#check(message.spec))
      case 'split':
        return this.#answer(message.call, () => this.#split(message))
      case 'alter':
        return this.#answer(message.call, () => this.#alter(message))
      case 'watch':
        return this.#watch(message)
      case 'unwatch':
        return this.#unwatch(message.task)
      case 'end':
        return this.#end()
    }
  }

  #start({ task: id, spec }: Extract<ToThread, { type: 'start' }>): void {
    const figures = new FigureBatcher()
    const sendFigures = (): void => {
      const batch = figures.take()
      if (batch === undefined) return
      post(this.#port, { type: 'figures', connector: spec.connector, task: spec.index, batch })
    }
    const timer = setInterval(sendFigures, figuresEveryMs)
    const task = asTask(id, () => this.#open({ id, spec, figures }))
    const running = {
      task,
      sendFigures: () => {
        clearInterval(timer)
        sendFigures()
      },
    }
    this.#tasks.set(id, running)
    task.catch((error: unknown) => {
      this.#tasks.delete(id)
      running.sendFigures()
      post(this.#port, { type: 'unloaded', task: id, error: toPlainError(error) })
    })
  }

  async #open(how: {
    readonly id: number
    readonly spec: Extract<ToThread, { type: 'start' }>['spec']
    readonly figures: FigureBatcher
  }): Promise<Task> {
    const { id, spec, figures } = how
    const [plugin, registry, { createTask }] = await Promise.all([
      loadPlugin(spec.origin),
      this.#registry,
      import('../task/create-task.ts'),
    ])
    const services: HostServices = {
      worker: this.#data.worker,
      secrets: this.#data.secrets,
      registry,
      offsets: this.#services.offsets,
      log: threadLogger(this.#port, this.#data.verbosity),
      resolve: this.#services.resolve,
      reach: Object.fromEntries(this.#data.reach.map((name) => [name, this.#services.reach[name]])),
      metrics: () => figures,
    }
    const watched = {
      ...plugin,
      definition: watchedDefinition(plugin.definition, noteOf(this.#data.busy, id)),
    }
    return createInProcessHost(services, createTask).start(
      { ...spec, plugin: watched, dedicated: false },
      {
        status: (status) => post(this.#port, { type: 'status', task: id, status }),
        topic: (topic) => post(this.#port, { type: 'topic', task: id, topic }),
        identity: this.#identity(id, spec.memberId),
        ...(spec.confirms && { confirmCurrent: () => this.#services.confirm(id) }),
      },
    )
  }

  /** Only the first run of the task follows a dead one; later runs in this thread have left the group themselves. */
  #identity(id: number, memberId: string): GroupIdentity {
    let dead = memberId
    return {
      inherit: () => {
        const told = dead
        dead = ''
        return told
      },
      named: (name) => post(this.#port, { type: 'named', task: id, memberId: name }),
    }
  }

  async #stop(id: number, timeoutMs: number): Promise<undefined> {
    const running = this.#tasks.get(id)
    this.#tasks.delete(id)
    const task = await running?.task.catch(() => undefined)
    await asTask(id, async () => task?.stop({ timeoutMs }))
    running?.sendFigures()
    return undefined
  }

  async #check({ origin, settings }: RemoteSpec): Promise<readonly Issue[]> {
    return runCheck({
      plugin: await loadPlugin(origin),
      settings,
      signal: this.#calls.signal,
      resolve: () => this.#services.resolve(toCheck(settings)),
    })
  }

  async #alter({ spec, offsets }: Extract<ToThread, { type: 'alter' }>): Promise<AlterOutcome> {
    const { settings } = spec
    return runAlterOffsets({
      plugin: await loadPlugin(spec.origin),
      resolve: () => this.#services.resolve(toCheck(settings)),
      offsets,
      signal: this.#calls.signal,
    })
  }

  async #split({ spec, maxTasks }: Extract<ToThread, { type: 'split' }>): Promise<readonly Json[]> {
    const plugin = await loadPlugin(spec.origin)
    // this context ends with the answer; the watch beside the tasks compares what it sees with that
    return runSplit(
      this.#splitCall(plugin, { spec, maxTasks, signal: this.#calls.signal, resplit: () => {} }),
    )
  }

  #watch({ task, spec, maxTasks }: Extract<ToThread, { type: 'watch' }>): void {
    const life = new AbortController()
    const { signal } = life
    this.#watches.set(task, life)
    let asked = false
    const resplit = (): void => {
      if (!signal.aborted && !asked) post(this.#port, { type: 'resplit', task })
      asked = true
    }
    const divide = async (): Promise<readonly Json[]> => {
      const plugin = await loadPlugin(spec.origin)
      const call = this.#splitCall(plugin, { spec, maxTasks, signal, resplit })
      return noteOf(this.#data.busy, task)('split', () => runSplit(call))
    }
    void asTask(task, divide).then(
      (slices) => post(this.#port, { type: 'divided', task, slices }),
      (error: unknown) => post(this.#port, { type: 'undivided', task, error: toPlainError(error) }),
    )
  }

  #unwatch(task: number): void {
    this.#watches.get(task)?.abort()
    this.#watches.delete(task)
  }

  #end(): void {
    this.#calls.abort()
    this.#port.unref()
  }

  #splitCall(
    plugin: Plugin,
    { spec, ...how }: { spec: RemoteSpec } & Pick<SplitCall, 'maxTasks' | 'signal' | 'resplit'>,
  ): SplitCall {
    const log = threadLogger(this.#port, this.#data.verbosity, { connector: spec.connector })
    const { connector, settings } = spec
    const resolve = () => this.#services.resolve({ connector, settings, runs: true })
    return { plugin, settings, resolve, log, metrics: noMetrics, ...how }
  }

  async #whenStarted(id: number, use: (task: Task) => unknown): Promise<undefined> {
    const task = await this.#tasks.get(id)?.task
    if (task !== undefined) await asTask(id, () => use(task))
    return undefined
  }

  #tell(id: number, use: (task: Task) => void): void {
    // a task that could not be opened has said so already
    void this.#whenStarted(id, use).catch(() => {})
  }

  #answer(call: number, work: () => Promise<Extract<FromThread, { type: 'done' }>['value']>): void {
    void work().then(
      (value) => post(this.#port, { type: 'done', call, ...(value !== undefined && { value }) }),
      (error: unknown) => post(this.#port, { type: 'done', call, error: toPlainError(error) }),
    )
  }
}

async function preload(data: ThreadData): Promise<PluginRegistry> {
  return createRegistry([...builtInPlugins, ...(await Promise.all(data.preload.map(loadPlugin)))])
}

// A server of the fediverse that is not ours, on Fedify, with one person. Orders come as lines of JSON on standard input:
// {"act": "follow" | "unfollow" | "read" | "quote", "who": id} answers one line of JSON; {"act": "seen"} tells what came.
import { createInterface } from 'node:readline'
import { serve } from '@hono/node-server'
import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from '@fedify/fedify'
import {
  Accept, Announce, Create, Delete, Endpoints, Follow, isActor, Note, Person, QuoteRequest, Reject, Undo, Update,
} from '@fedify/vocab'

const [port, firstKnock] = [Number(process.argv[2]), process.argv[3]]
const home = new URL(`http://127.0.0.1:${port}/`)
const keys = [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5')]
const seen = []

const federation = createFederation({
  kv: new MemoryKvStore(), queue: new InProcessMessageQueue(), allowPrivateAddress: true, firstKnock,
})
federation.setActorDispatcher('/users/{identifier}', async (context, identifier) => {
  if (identifier !== 'carol') return null
  const [pair] = await context.getActorKeyPairs(identifier)
  return new Person({
    id: context.getActorUri(identifier), preferredUsername: identifier, name: 'Carol <b>& co</b>',
    inbox: context.getInboxUri(identifier), endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
    publicKey: pair.cryptographicKey,
  })
}).setKeyPairsDispatcher(() => keys)

const keep = type => async (context, activity) => {
  const object = await activity.getObject(context).catch(error => ({ error: String(error) }))
  const reply = await object?.getReplyTarget?.(context).catch(() => null)
  const attachments = []
  for await (const each of object?.getAttachments?.(context) ?? []) attachments.push({ name: String(each.name), url: each.url?.href })
  seen.push({
    type, id: activity.id?.href, actor: activity.actorId?.href, object: activity.objectId?.href, kind: object?.constructor?.name,
    content: String(object?.content ?? ''), author: object?.attributionId?.href, reply: reply?.id?.href ?? object?.replyTargetId?.href,
    updated: object?.updated ? String(object.updated) : '', attachments,
  })
}
let inbox = federation.setInboxListeners('/users/{identifier}/inbox', '/inbox')
for (const [name, kind] of Object.entries({ Accept, Announce, Create, Delete, Reject, Update })) inbox = inbox.on(kind, keep(name))
inbox.onError((_, error) => { seen.push({ type: 'error', error: String(error) }) })

const me = { identifier: 'carol' }
let count = 0
const ids = context => new URL(`#act-${++count}`, context.getActorUri('carol'))

async function obey (order) {
  const context = federation.createContext(home, undefined)
  if (order.act === 'seen') return seen
  if (order.act === 'me') return { id: context.getActorUri('carol').href }
  const found = await context.lookupObject(order.who)
  if (found == null) return { missing: order.who }
  if (order.act === 'read') {
    const tags = []
    for await (const tag of found.getTags?.(context) ?? []) tags.push(String(tag.name))
    return {
      id: found.id.href, kind: found.constructor.name, actor: isActor(found), name: String(found.name ?? ''),
      username: String(found.preferredUsername ?? ''), summary: String(found.summary ?? ''), content: String(found.content ?? ''),
      inbox: found.inboxId?.href, shared: found.endpoints?.sharedInbox?.href, tags, url: found.url?.href,
    }
  }
  if (order.act === 'outbox') {
    const items = []
    for await (const each of context.traverseCollection(await found.getOutbox(context))) items.push({ id: each.id?.href, kind: each.constructor.name })
    return items
  }
  const actor = isActor(found) ? found : await found.getAttribution(context)
  const follow = new Follow({ id: ids(context), actor: context.getActorUri('carol'), object: found.id })
  if (order.act === 'follow') await context.sendActivity(me, actor, follow, { immediate: true })
  if (order.act === 'unfollow') {
    await context.sendActivity(me, actor, new Undo({ id: ids(context), actor: context.getActorUri('carol'), object: follow }), { immediate: true })
  }
  if (order.act === 'quote') {
    const mine = new Note({ id: new URL('/notes/1', home), attribution: context.getActorUri('carol'), content: 'Look at this', quote: found.id })
    const wish = new QuoteRequest({ id: ids(context), actor: context.getActorUri('carol'), object: found.id, instrument: mine })
    await context.sendActivity(me, actor, wish, { immediate: true })
  }
  return { done: order.act }
}

serve({ port, hostname: '127.0.0.1', fetch: request => federation.fetch(request, { contextData: undefined }) }, () => {
  console.log(JSON.stringify({ ready: true }))
})
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await obey(JSON.parse(line)).catch(error => ({ error: String(error?.stack ?? error) }))))
}
process.exit(0)

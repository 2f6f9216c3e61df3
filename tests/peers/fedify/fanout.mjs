// For bench/fediverse: Fedify sends one post to every inbox of a list, as often as a line comes on standard input.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from '@fedify/fedify'
import { Create, Endpoints, Note, Person, PUBLIC_COLLECTION } from '@fedify/vocab'

const shared = process.argv[3] === 'shared'
const recipients = JSON.parse(readFileSync(process.argv[2])).map(({ id, inbox }) => ({
  id: new URL(id), inboxId: new URL(inbox), endpoints: shared ? new Endpoints({ sharedInbox: new URL(inbox) }) : null,
}))
const keys = [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5')]
const federation = createFederation({
  kv: new MemoryKvStore(), queue: new InProcessMessageQueue(), allowPrivateAddress: true, firstKnock: 'rfc9421',
})
federation.setActorDispatcher('/users/{identifier}', (context, identifier) => new Person({ id: context.getActorUri(identifier) }))
  .setKeyPairsDispatcher(() => keys)
const context = federation.createContext(new URL('https://drafts.example.org/'), undefined)
let number = 0
console.log('ready')
for await (const _ of createInterface({ input: process.stdin })) {
  const author = context.getActorUri('charter')
  const note = new Note({ id: new URL(`/notes/${++number}`, author), attribution: author, to: PUBLIC_COLLECTION, content: `<p>${'Words. '.repeat(60)}</p>` })
  const made = new Create({ id: new URL(`/notes/${number}/create`, author), actor: author, to: PUBLIC_COLLECTION, object: note })
  await context.sendActivity({ identifier: 'charter' }, recipients, made, { preferSharedInbox: shared })
}

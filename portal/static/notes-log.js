/* The log of notes in this browser: encrypted in IndexedDB, sealed in batches, sent by the writer's pen. */
const NAME = 'jtai-notes'
const utf8 = new TextEncoder()

const asked = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result)
  request.onerror = () => reject(request.error)
})

export async function open () {
  const request = indexedDB.open(NAME, 1)
  request.onupgradeneeded = () => ['keys', 'logs', 'drafts', 'batches'].forEach(store => request.result.createObjectStore(store))
  const base = await asked(request)
  let key = await asked(base.transaction('keys').objectStore('keys').get('key'))
  if (!key) {
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    await write(base, [['keys', 'key', made]])
    key = made
  }
  return { base, key }
}

/* All of the changes in one transaction, which is on the disk when this returns. An undefined value deletes. */
export function write (base, changes) {
  return new Promise((resolve, reject) => {
    const stores = [...new Set(changes.map(([store]) => store))]
    const transaction = base.transaction(stores, 'readwrite', { durability: 'strict' })
    for (const [store, key, value] of changes) {
      const at = transaction.objectStore(store)
      if (value === undefined) at.delete(key)
      else at.put(value, key)
    }
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })
}

export async function all (base, store) {
  const at = base.transaction(store).objectStore(store)
  const [keys, values] = await Promise.all([asked(at.getAllKeys()), asked(at.getAll())])
  return keys.map((key, place) => [key, values[place]])
}

export const one = (base, store, key) => asked(base.transaction(store).objectStore(store).get(key))

export async function encrypt (key, about, text) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(about) }, key, utf8.encode(text))
  return { iv, data }
}

export async function decrypt (key, about, { iv, data }) {
  return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8.encode(about) }, key, data))
}

/* Of a person in an inspection, everything in this browser is under this name. */
export const about = (owner, name) => `${owner}/${name}`

export async function waiting (base, key, owner) {
  const queue = []
  for (const [name, batch] of await all(base, 'batches')) {
    if (batch.owner === owner) queue.push({ name, device: batch.device, sequence: batch.sequence, body: await decrypt(key, about(owner, name), batch.sealed) })
  }
  return queue.sort((a, b) => a.device === b.device ? a.sequence - b.sequence : 0)
}

/* A log of this browser, which nobody else has; its pen lets its batches in. */
export function newLog (pen) {
  const device = [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16).padStart(2, '0')).join('')
  return { device, sequence: 0, notes: 0, pen }
}

/* The next note of a log, without words yet. */
export function newNote (log) {
  log.notes += 1
  return { id: `${log.device}-${log.notes}`, version: 0, sealed: 0, state: {} }
}

/* The next batch of a log, with the note as it stands. */
export async function batchOf (key, owner, log, note) {
  const sequence = log.sequence + 1
  const text = note.state.text ?? ''
  const entry = { note: note.id, version: note.version, at: new Date().toISOString(), ...note.state, text: text.toWellFormed?.() ?? text }
  const body = JSON.stringify({ device: log.device, sequence, entries: [entry] })
  const name = about(owner, `${log.device}/${sequence}`)
  const sealed = await encrypt(key, about(owner, name), body)
  return { name, device: log.device, sequence, body, version: entry.version, row: { owner, device: log.device, sequence, sealed } }
}

/* Sends what other pages find in this browser; true where nothing is left that could be sent later from here. */
export async function sendWaiting () {
  const { base, key } = await open()
  try {
    let done = true
    for (const [owner] of await all(base, 'logs')) {
      // A lock for each batch: whoever opens the page of notes waits for one of them at most.
      let more = true
      while (more) more = await navigator.locks.request(`notes/${owner}`, { ifAvailable: true }, lock => lock ? sendOne(base, key, owner) : null)
      done = done && more === false
    }
    return done
  } finally {
    base.close()
  }
}

/* True where a batch was sent, false where none is left that can be sent from here, null where it must wait. */
async function sendOne (base, key, owner) {
  const log = await one(base, 'logs', owner)
  const draft = await one(base, 'drafts', owner)
  const note = draft && JSON.parse(await decrypt(key, about(owner, 'draft'), draft))
  let [batch] = await waiting(base, key, owner)
  if (!batch && note && note.version !== note.sealed) {
    batch = await batchOf(key, owner, log, note)
    const sealed = await encrypt(key, about(owner, 'draft'), JSON.stringify({ ...note, sealed: batch.version }))
    await write(base, [['drafts', owner, sealed], ['logs', owner, { ...log, sequence: batch.sequence }], ['batches', batch.name, batch.row]])
  }
  if (!batch) return false
  const [person, ref] = owner.split('/')
  const answer = await send(ref, person, log.pen, batch.body)
  // Where the log must begin anew, or the pen is no longer good, the page of notes is needed.
  if (!isTaken(answer)) return answer > 0 && answer < 500 ? false : null
  await write(base, [['batches', batch.name, undefined]])
  return true
}

/* Stored and recorded; with 202 it waits, because its writer is not signed in. */
export const isTaken = answer => answer === 200 || answer === 202

/* Sends one batch; returns the status of the answer, 0 where there was none. */
export async function send (ref, person, pen, body) {
  const headers = { 'Content-Type': 'application/json', 'X-Pen': pen }
  try {
    const answer = await fetch(`/api/notes/${ref}/${person}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(20000) })
    return answer.status
  } catch {
    return 0
  }
}

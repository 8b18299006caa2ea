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

/* Sends one batch; true where it is stored and recorded, false where it must be tried again. */
export async function send (ref, person, pen, body) {
  const headers = { 'Content-Type': 'application/json', 'X-Pen': pen }
  try {
    const answer = await fetch(`/api/notes/${ref}/${person}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(20000) })
    return answer.status
  } catch {
    return 0
  }
}

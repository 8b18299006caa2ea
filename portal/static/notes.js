/* The page on which notes are written: each change is kept in this browser at once, sealed and sent each second. */
import { about, batchOf, decrypt, encrypt, isTaken, newLog, newNote, one, open, send, waiting, write } from '/assets/notes-log.js'
import { hideWords, onReturn } from '/assets/signed-out.js'

const form = document.getElementById('notes')
const { ref, person, pen, draw, follows } = form.dataset
const fields = ['child', 'area', 'agency', 'kind', 'judgement', 'criterion', 'text']
const owner = `${person}/${ref}`
const status = document.getElementById('state')
let kept = true
let signedOut = false
let base, key, log, note
let queue = [] // batches that the server has not taken, in their order
let keeping = Promise.resolve()
let last // the batch that was sent last

const show = text => { if (status.textContent !== text) status.textContent = text }
const state = () => Object.fromEntries(fields.map(name => [name, form.elements[name].value]))

const elsewhere = setTimeout(() => show('Your notes are open in another tab of this browser. Write there, or close it.'), 1000)
navigator.locks.request(`notes/${owner}`, async () => {
  clearTimeout(elsewhere)
  await start()
  return new Promise(() => {})
})

async function start () {
  ({ base, key } = await open())
  log = await one(base, 'logs', owner) ?? newLog(pen)
  log.pen = pen
  queue = await waiting(base, key, owner)
  const draft = await one(base, 'drafts', owner)
  note = draft ? JSON.parse(await decrypt(key, about(owner, 'draft'), draft)) : newNote(log)
  if (follows && note.state.follows !== follows) await begin(JSON.parse(form.dataset.codes), follows)
  for (const name of fields) form.elements[name].value = note.state[name] ?? ''
  form.elements.text.disabled = false
  form.addEventListener('input', changed)
  document.getElementById('another').addEventListener('click', another)
  form.addEventListener('submit', event => event.preventDefault())
  onReturn(askAgain)
  show('Ready.')
  while (!signedOut) {
    await turn().catch(failed)
    await new Promise(resolve => setTimeout(resolve, 400))
  }
}

function changed (event) {
  note.version += 1
  // A redraw gives labels anew, so a child's label goes with the draw that was in force when it was chosen.
  const chosen = event.target.name === 'child' || note.state.draw === undefined
  note.state = { ...note.state, ...state(), draw: chosen ? Number(draw) : note.state.draw }
  keep().catch(failed)
}

/* One write at a time, each of what stands when its turn comes: the last one is never older than the last key. */
function keep (more = [], mark = () => {}) {
  keeping = keeping.catch(() => {}).then(async () => {
    mark()
    const draft = await encrypt(key, about(owner, 'draft'), JSON.stringify(note))
    await write(base, [['drafts', owner, draft], ['logs', owner, { ...log }], ...more])
    kept = true
  })
  return keeping
}

function failed () {
  kept = false
  show('This browser cannot keep what you type: its storage is full or shut. Leave this page open. Your words are still sent.')
}

/* The batch, the number of the log and the mark of the draft are one write: no death leaves one without the others. */
async function seal () {
  if (note.version === note.sealed) return
  const batch = await batchOf(key, owner, log, note)
  const mark = () => {
    log.sequence = batch.sequence
    note.sealed = batch.version
    queue.push(batch)
  }
  await keep([['batches', batch.name, batch.row]], mark).catch(failed)
}

async function turn () {
  await seal()
  while (queue.length) {
    const [batch] = queue
    const answer = await send(ref, person, pen, batch.body)
    if (answer === 409) await renew()
    else if (!isTaken(answer)) return kept && show(answer === 401 || answer === 422 ? 'Sign in again to send your notes. They are kept in this browser.' : 'No connection. Your notes are kept in this browser and sent later.')
    else {
      last = queue.shift()
      signedOut = answer === 202
      await write(base, [['batches', batch.name, undefined]]).catch(failed)
    }
  }
  if (signedOut) return hide()
  if (kept && note.version) show(note.version === note.sealed ? 'Kept and sent.' : 'Kept in this browser.')
}

async function askAgain () {
  if (!last || signedOut || await send(ref, person, pen, last.body) !== 202) return
  signedOut = true
  hide()
}

function hide () {
  hideWords()
  show('You are no longer signed in. What you typed is kept and sent. It counts once you sign in and open this page again.')
}

/* The server has other words at this place: this browser's memory was put back or copied. Begin a new log. */
async function renew () {
  const old = queue
  const last = new Map(old.map(batch => [JSON.parse(batch.body).entries[0].note, JSON.parse(batch.body).entries[0]]))
  const current = note
  log = newLog(pen)
  queue = []
  for (const entry of last.values()) {
    note = { ...newNote(log), version: entry.version, state: Object.fromEntries([...fields, 'draw', 'follows'].map(name => [name, entry[name]])) }
    if (entry.note === current.id) { note.version = current.version; note.state = current.state }
    await seal()
  }
  if (!last.has(current.id)) note = { ...newNote(log), version: current.version, state: current.state }
  await write(base, old.map(batch => ['batches', batch.name, undefined])).catch(failed)
}

async function another () {
  // The choices stay for the next note, with the draw of which the child's label is.
  await begin({ draw: note.state.draw })
  document.getElementById('earlier')?.remove()
  form.elements.text.value = ''
  form.elements.text.focus()
}

async function begin (codes, earlier) {
  await seal()
  note = newNote(log)
  note.state = { ...codes, follows: earlier }
  await keep().catch(failed)
}

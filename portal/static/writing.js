/* Keeps what is typed into a finding or a paragraph in this browser at once, sealed and sent each second as notes are. */
import { about, batchOf, decrypt, encrypt, isTaken, newLog, newNote, one, open, send, waiting, write } from '/assets/notes-log.js'
import { fill, filled, hideWords, onReturn } from '/assets/signed-out.js'

const form = document.querySelector('form[data-about]')
const { ref, person, pen, about: subject } = form.dataset
const owner = `${person}/${ref}/${subject}`
const box = form.elements.text
const status = document.getElementById('state')
let base, key, log, note
let queue = []
let keeping = Promise.resolve()
let leaving = false
let signedOut = false
let last // the batch that was sent last

const show = text => { if (status.textContent !== text) status.textContent = text }

const elsewhere = setTimeout(() => show('This is open in another tab of this browser. Only what you save here is kept.'), 1000)
navigator.locks.request(`notes/${owner}`, async () => {
  clearTimeout(elsewhere)
  await start()
  return new Promise(() => {})
}).catch(failed)

async function start () {
  ({ base, key } = await open())
  log = await one(base, 'logs', owner) ?? newLog(pen)
  log.pen = pen
  queue = await waiting(base, key, owner)
  const draft = await one(base, 'drafts', owner)
  note = draft ? JSON.parse(await decrypt(key, about(owner, 'draft'), draft)) : newNote(log)
  const typed = note.state.text ?? ''
  // What is on the page after a refusal is newer than what was kept.
  if (typed && typed !== box.value && !form.dataset.returned) {
    document.getElementById('server-words').value = box.value
    document.getElementById('server').hidden = false
    box.value = typed
    show('These are the words that you typed in this browser and did not save. Those that are saved are below.')
  } else show('What you type is kept in this browser and sent. It is no version before you save it.')
  // The other fields come back with the words: the page that had them may have hidden them.
  if (typed && note.fields && !form.dataset.returned) fill(form, note.fields)
  form.addEventListener('input', changed)
  form.addEventListener('submit', leave)
  onReturn(askAgain)
  while (!signedOut) {
    await turn().catch(failed)
    await new Promise(resolve => setTimeout(resolve, 400))
  }
}

function changed () {
  note.version += 1
  note.state = { about: subject, text: box.value }
  // These stay in this browser: they are no part of what is sent.
  note.fields = filled(form)
  keep().catch(failed)
}

function keep (more = [], mark = () => {}) {
  keeping = keeping.catch(() => {}).then(async () => {
    mark()
    const draft = await encrypt(key, about(owner, 'draft'), JSON.stringify(note))
    await write(base, [['drafts', owner, draft], ['logs', owner, { ...log }], ...more])
  })
  return keeping
}

function failed () {
  show('This browser cannot keep what you type. Save often.')
}

async function seal () {
  if (note.version === note.sealed) return
  const batch = await batchOf(key, owner, log, note)
  await keep([['batches', batch.name, batch.row]], () => {
    log.sequence = batch.sequence
    note.sealed = batch.version
    queue.push(batch)
  })
}

async function turn () {
  if (leaving) return
  await seal()
  while (queue.length) {
    const [batch] = queue
    const answer = await send(ref, person, pen, batch.body)
    if (answer === 409) await renew()
    else if (!isTaken(answer)) return show(answer === 401 || answer === 422 ? 'Sign in again to send what you type. It is kept in this browser.' : 'No connection. What you type is kept in this browser and sent later.')
    else {
      last = queue.shift()
      signedOut = answer === 202
      await write(base, [['batches', batch.name, undefined]])
    }
  }
  if (signedOut) hide()
  else if (note.version && note.version === note.sealed) show('Kept and sent. It is no version before you save it.')
}

async function askAgain () {
  if (!last || signedOut || leaving || await send(ref, person, pen, last.body) !== 202) return
  signedOut = true
  hide()
}

function hide () {
  form.removeEventListener('submit', leave)
  hideWords()
  show('You are no longer signed in. What you typed is kept in this browser and sent. Sign in and open this page again to go on.')
}

/* The server has other words at this place: this browser's memory was put back or copied. Begin a new log. */
async function renew () {
  const old = queue
  const { version, state, fields } = note
  log = newLog(pen)
  queue = []
  note = { ...newNote(log), version, state, fields }
  await seal()
  await write(base, old.map(batch => ['batches', batch.name, undefined]))
}

/* What is saved now is a version: the draft in this browser has done its work, and its sealed words stay. */
async function leave (event) {
  if (leaving) return
  event.preventDefault()
  leaving = true
  try {
    await seal()
    await keeping.catch(() => {})
    await write(base, [['drafts', owner, undefined], ['logs', owner, { ...log }]])
  } finally {
    form.submit()
  }
}

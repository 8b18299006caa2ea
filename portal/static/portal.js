/* Uploads with progress, and pages that wait for a verdict. Without scripts both work as plain forms and pages. */
import { initAll } from '/assets/govuk.js'

// GOV.UK Frontend does nothing on a page without these, and this script runs before the page says that it is loaded.
document.body.classList.add('js-enabled', 'govuk-frontend-supported')
initAll()

// Words that an inspector typed and that were not sent yet leave from any page; the page of notes sends its own.
if (!document.getElementById('notes')) sendNotes().catch(() => {})

async function sendNotes () {
  const bases = await indexedDB.databases?.() ?? []
  if (!bases.some(base => base.name === 'jtai-notes')) return
  const { sendWaiting } = await import('/assets/notes-log.js')
  for (;;) {
    if (await sendWaiting().catch(() => false)) return
    await new Promise(resolve => setTimeout(resolve, 15000))
  }
}

// Below each printed sheet stands who opened the page and when it was printed; without a script, above the first one.
const opened = document.querySelector('[data-opened]')
if (opened) {
  tellPrinted()
  window.addEventListener('beforeprint', tellPrinted)
}

function tellPrinted () {
  const how = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Europe/London' }
  const printed = `${opened.dataset.opened} Printed ${new Date().toLocaleString('en-GB', how)}.`
  document.documentElement.style.setProperty('--printed', JSON.stringify(printed))
}

// What is closed is opened by one press, and by whoever follows a link to it in a browser that does not do so itself.
const opens = document.querySelector('[data-opens]')
if (opens) {
  opens.hidden = false
  opens.addEventListener('click', openAll)
  window.addEventListener('hashchange', openNamed)
  openNamed()
}

function openAll () {
  const open = opens.textContent === opens.dataset.open
  for (const each of document.querySelectorAll(opens.dataset.opens)) each.open = open
  opens.textContent = open ? opens.dataset.shut : opens.dataset.open
}

function openNamed () {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  const closed = named?.closest('details:not([open])')
  if (!closed) return
  closed.open = true
  named.scrollIntoView()
}

const form = document.querySelector('[data-upload]')
if (form) form.addEventListener('submit', send)

const waiting = document.querySelector('[data-waiting]')
if (waiting) setTimeout(look, 1000)

async function look () {
  try {
    const answer = await fetch(waiting.dataset.waiting)
    if (answer.ok && (await answer.json()).verdict) return location.reload()
  } catch {
    /* The network is away for a moment; the next look may find it. */
  }
  setTimeout(look, 2000)
}

async function send (event) {
  const file = form.elements.file.files[0]
  // Without a file the server says what is wrong, in the same words for everyone.
  if (!file) return
  event.preventDefault()
  if (file.size > Number(form.dataset.most)) {
    return refuse(`The selected file must be smaller than ${Math.floor(form.dataset.most / 1048576)} MB.`)
  }
  show(true)
  try {
    const permit = await post(form.getAttribute('action'), {
      filename: file.name,
      size: file.size,
      how: new FormData(form).get('how') ?? '',
      shared: new FormData(form).get('shared') ?? '',
      why: new FormData(form).get('why') ?? ''
    })
    await put(permit, file)
    tell('Making your receipt')
    location.assign((await post(permit.complete, {})).location)
  } catch (fault) {
    if (fault.said) return refuse(fault.said)
    // The store cannot be reached from here, so the portal passes the file on.
    tell('Sending another way')
    form.submit()
  }
}

async function post (address, body) {
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': form.dataset.csrf }
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) })
  const json = (answer.headers.get('content-type') || '').includes('json') ? await answer.json() : {}
  if (!answer.ok) throw Object.assign(new Error('refused'), { said: json.error })
  return json
}

function put (permit, file) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', permit.url)
    for (const [name, value] of Object.entries(permit.headers)) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', event => {
      const share = Math.round(100 * event.loaded / event.total)
      document.getElementById('progress').value = share
      if (share % 10 === 0) tell(`${share}% sent`)
    })
    request.addEventListener('load', () => request.status < 300 ? resolve() : reject(new Error('store')))
    request.addEventListener('error', () => reject(new Error('network')))
    request.send(file)
  })
}

function tell (text) {
  form.querySelector('[data-told]').textContent = text
}

function show (busy) {
  form.querySelector('[data-progress]').hidden = !busy
  form.querySelector('button').disabled = busy
}

function refuse (text) {
  show(false)
  const place = document.getElementById('problems')
  place.innerHTML = '<div class="govuk-error-summary" tabindex="-1"><div role="alert"><h2 class="govuk-error-summary__title">There is a problem</h2><div class="govuk-error-summary__body"><ul class="govuk-list govuk-error-summary__list"><li><a href="#file"></a></li></ul></div></div></div>'
  place.querySelector('a').textContent = text
  document.title = document.title.startsWith('Error: ') ? document.title : `Error: ${document.title}`
  beside(text)
  place.firstChild.focus()
}

function beside (text) {
  const input = form.elements.file
  const message = document.getElementById('file-error') || document.createElement('p')
  message.id = 'file-error'
  message.className = 'govuk-error-message'
  message.textContent = text
  input.before(message)
  input.setAttribute('aria-describedby', 'file-hint file-error')
  input.closest('.govuk-form-group').classList.add('govuk-form-group--error')
}

const express = require('express')
const db = require('./db')
const todos = require('./todos')

const app = express()
const port = process.env.PORT || 3000

app.disable('x-powered-by')
app.use(express.json())

app.get('/', (req, res) => {
  res.json({ name: 'todo-api', version: require('../package.json').version })
})

app.get('/health', async (req, res) => {
  try {
    await db.query('SELECT 1')
    res.json({ status: 'ok' })
  } catch (err) {
    res.status(503).json({ status: 'error', error: err.message || err.code })
  }
})

app.use('/todos', todos)

app.use((req, res) => res.status(404).json({ error: 'not found' }))

app.use((err, req, res, next) => {
  const badInput = typeof err.code === 'string' && err.code.startsWith('22') // SQLSTATE: data exception
  const status = badInput ? 400 : err.status || 500
  if (status >= 500) console.error(err)
  res.status(status).json({ error: status >= 500 ? 'internal server error' : err.message })
})

const server = app.listen(port, (err) => {
  if (err) {
    console.error(`cannot listen on port ${port}: ${err.code}`)
    process.exit(1)
  }
  console.log(`todo-api listening on port ${port}`)
})

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    console.log(`${signal} received, shutting down`)
    server.close(() => db.pool.end().then(() => process.exit(0)))
    setTimeout(() => process.exit(1), 8000).unref()
  })
}

const { Router } = require('express')
const db = require('./db')

const router = Router()

router.param('id', (req, res, next, id) => {
  if (!/^\d{1,9}$/.test(id)) return res.status(404).json({ error: 'not found' })
  next()
})

router.get('/', async (req, res) => {
  const { rows } = await db.query('SELECT * FROM todos ORDER BY id')
  res.json(rows)
})

router.post('/', async (req, res) => {
  const { title, due_on } = req.body ?? {}
  if (typeof title !== 'string' || title.trim() === '') {
    return res.status(400).json({ error: 'title is required' })
  }
  const { rows } = await db.query('INSERT INTO todos (title, due_on) VALUES ($1, $2) RETURNING *', [
    title.trim(),
    due_on ?? null,
  ])
  res.status(201).json(rows[0])
})

router.patch('/:id', async (req, res) => {
  const { title, done } = req.body ?? {}
  const { rows } = await db.query(
    'UPDATE todos SET title = COALESCE($2, title), done = COALESCE($3, done) WHERE id = $1 RETURNING *',
    [req.params.id, title ?? null, done ?? null],
  )
  if (rows.length === 0) return res.status(404).json({ error: 'not found' })
  res.json(rows[0])
})

router.delete('/:id', async (req, res) => {
  const { rowCount } = await db.query('DELETE FROM todos WHERE id = $1', [req.params.id])
  res.status(rowCount === 0 ? 404 : 204).end()
})

module.exports = router

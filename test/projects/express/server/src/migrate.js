const fs = require('fs')
const path = require('path')
const { pool } = require('./db')

const dir = path.join(__dirname, '..', 'migrations')

async function main() {
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock(4711)')
    await client.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      version text PRIMARY KEY,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`)
    const { rows } = await client.query('SELECT version FROM schema_migrations')
    const applied = new Set(rows.map((row) => row.version))

    for (const file of fs.readdirSync(dir).filter((f) => f.endsWith('.sql')).sort()) {
      if (applied.has(file)) continue
      console.log(`applying ${file}`)
      await client.query('BEGIN')
      try {
        await client.query(fs.readFileSync(path.join(dir, file), 'utf8'))
        await client.query('INSERT INTO schema_migrations (version) VALUES ($1)', [file])
        await client.query('COMMIT')
      } catch (err) {
        await client.query('ROLLBACK')
        throw new Error(`${file}: ${err.message}`)
      }
    }
    console.log('database is up to date')
  } finally {
    client.release(true)
    await pool.end()
  }
}

main().catch((err) => {
  console.error('migration failed:', err.message || err.code)
  process.exit(1)
})

const { Pool, types } = require('pg')

// dates stay '2026-12-01', not midnight in somebody's time zone
types.setTypeParser(types.builtins.DATE, (value) => value)

if (!process.env.DATABASE_URL) {
  console.error('DATABASE_URL is not set')
  process.exit(1)
}

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10, connectionTimeoutMillis: 5000 })

pool.on('error', (err) => console.error('idle database client:', err.message))
pool.on('connect', (client) => client.on('error', () => {}))

module.exports = { pool, query: (text, params) => pool.query(text, params) }

/** The operations page: health, figures, books with their controls, and live charts of the metrics. */

import './operations.css'
import { useEffect } from 'preact/hooks'
import { CHART_GROUPS } from '../../state/operations/chart-table.ts'
import { books, metricsState, watchOperations } from '../../state/operations/operations.ts'
import { BookTable } from './book-table.tsx'
import { Figures } from './figures.tsx'
import { HealthBar } from './health-bar.tsx'
import { MetricChart } from './metric-chart.tsx'

export function Operations() {
  useEffect(watchOperations, [])
  return (
    <div class="operations">
      <h2 class="hidden">Operations</h2>
      <HealthBar />
      <Figures />
      <BookTable />
      {/* What is below the books comes with them, so that it does not move. */}
      {books.value !== undefined && (metricsState.value === 'none' ? <NoMetrics /> : <Charts />)}
    </div>
  )
}

function Charts() {
  return (
    <div class="charts" data-freshness={metricsState.value}>
      {CHART_GROUPS.map(({ title, charts }) => (
        <section key={title} class="chart-group" aria-label={title}>
          <h3>{title}</h3>
          <div class="chart-grid">
            {charts.map((chart) => (
              <MetricChart key={chart.title} chart={chart} />
            ))}
          </div>
        </section>
      ))}
    </div>
  )
}

function NoMetrics() {
  return (
    <p class="no-metrics dim">
      This exchange serves no metrics here. On AWS they are in CloudWatch, on the dashboard that the deployment made.
    </p>
  )
}

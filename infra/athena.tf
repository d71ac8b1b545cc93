# SQL over the lake: a workgroup whose settings are enforced, and saved queries: the three of the guide, and what
# operators did.

resource "aws_athena_workgroup" "exchange" {
  name          = "exchange"
  description   = "Queries over exchange_data_lake"
  force_destroy = true

  configuration {
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.athena_scan_limit_gb * 1024 * 1024 * 1024

    result_configuration {
      output_location = "s3://${local.lake_bucket}/${local.prefixes.athena_results}"

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = aws_kms_key.exchange.arn
      }
    }
  }

  tags = { Name = "exchange" }
}

resource "aws_athena_named_query" "guide" {
  for_each = {
    "orders of a month"                = "SELECT * FROM exchange_data_lake.orders\nWHERE year = '2024' AND month = '01'\nLIMIT 100;\n"
    "trades of a month"                = "SELECT * FROM exchange_data_lake.trades\nWHERE year = '2024' AND month = '01'\nLIMIT 100;\n"
    "trade sums by symbol"             = <<-SQL
      SELECT
        symbol,
        COUNT(*) as trade_count,
        SUM(quantity) as total_quantity,
        AVG(price) as avg_price
      FROM exchange_data_lake.trades
      WHERE year = '2024' AND month = '01'
      GROUP BY symbol;
    SQL
    "commands of operators in a month" = <<-SQL
      SELECT kind, symbol, phase, low, high, rules, operator, operatorkey, operatorreason, requestid
      FROM exchange_data_lake.commands
      WHERE operator IS NOT NULL AND year = '2024' AND month = '01';
    SQL
  }

  name      = each.key
  workgroup = aws_athena_workgroup.exchange.name
  database  = aws_glue_catalog_database.lake.name
  query     = each.value
}

# The catalog: two tables with the columns of the streams' lines, in lower case because Glue requires it
# (Athena reads orderId as orderid). Decimals are exact. Firehose converts lines with these tables. The
# crawlers add partitions and never change a column.

locals {
  database = "exchange_data_lake"
  glue_arns = concat(
    ["${local.arn}:glue:${local.here}:catalog", "${local.arn}:glue:${local.here}:database/${local.database}"],
    [for table in keys(local.columns) : "${local.arn}:glue:${local.here}:table/${local.database}/${table}"],
  )

  # In the order in which SELECT * shows them.
  columns = {
    # Generated from the table of order fields by `npm run generate`.
    orders = jsondecode(file("${path.module}/order-columns.json"))
    trades = [
      ["tradeid", "string", "SYMBOL-number; the same trade may be delivered twice"],
      ["symbol", "string", "Instrument"],
      ["tradenumber", "bigint", "Counts the symbol's trades from 1"],
      ["eventnumber", "bigint", "Counts the symbol's events from 1"],
      ["price", "decimal(38,12)", "The maker's price"],
      ["quantity", "decimal(38,12)", "Quantity"],
      ["takerside", "string", "BUY or SELL"],
      ["makeraccount", "string", "Whose order rested"],
      ["makerorderid", "string", "The order that rested"],
      ["takeraccount", "string", "Whose order came"],
      ["takerorderid", "string", "The order that came"],
      ["timestampms", "bigint", "When, milliseconds since 1970"],
      ["requestid", "string", "The request that the taker came with"],
    ]
  }
}

resource "aws_glue_catalog_database" "lake" {
  name        = local.database
  description = "Orders and trades of the exchange"
}

resource "aws_glue_catalog_table" "lake" {
  for_each = local.columns

  name          = each.key
  database_name = aws_glue_catalog_database.lake.name
  table_type    = "EXTERNAL_TABLE"
  parameters = {
    EXTERNAL       = "TRUE"
    classification = "parquet"
  }

  dynamic "partition_keys" {
    for_each = ["year", "month", "day"]

    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = "s3://${local.lake_bucket}/${each.key}/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters            = { "serialization.format" = "1" }
    }

    dynamic "columns" {
      for_each = each.value

      content {
        name    = columns.value[0]
        type    = columns.value[1]
        comment = columns.value[2]
      }
    }
  }

  lifecycle {
    # Crawlers write their statistics here.
    ignore_changes = [parameters]
  }
}

resource "aws_glue_crawler" "lake" {
  for_each = local.columns

  name          = "${each.key}-crawler"
  description   = "Adds the partitions of ${each.key}/"
  database_name = aws_glue_catalog_database.lake.name
  role          = aws_iam_role.service["exchange-crawlers"].arn
  schedule      = var.crawler_schedule

  # The target is an existing table, so a crawler cannot create one.
  catalog_target {
    database_name = aws_glue_catalog_database.lake.name
    tables        = [aws_glue_catalog_table.lake[each.key].name]
  }
  schema_change_policy {
    update_behavior = "LOG"
    delete_behavior = "LOG"
  }
  recrawl_policy {
    recrawl_behavior = "CRAWL_EVERYTHING"
  }
  configuration = jsonencode({
    Version       = 1
    CrawlerOutput = { Partitions = { AddOrUpdateBehavior = "InheritFromTable" } }
    Grouping      = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })

  depends_on = [aws_iam_role_policy.crawlers]
}

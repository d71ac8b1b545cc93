# The catalog: two tables of what Firehose delivers, and two views that count each event once, because a stream may
# deliver it twice. Names are in lower case because Glue requires it (Athena reads orderId as orderid). Firehose converts
# rows with these tables. The crawlers add partitions and never change a column.

locals {
  database = "exchange_data_lake"
  glue_arns = concat(
    ["${local.arn}:glue:${local.here}:catalog", "${local.arn}:glue:${local.here}:database/${local.database}"],
    [for table in values(local.lake_tables) : "${local.arn}:glue:${local.here}:table/${local.database}/${table.delivered}"],
  )

  # In the order in which SELECT * shows them. Generated from src/lake/lake-columns.ts by `npm run generate`.
  columns = {
    orders = jsondecode(file("${path.module}/order-columns.json"))
    trades = jsondecode(file("${path.module}/trade-columns.json"))
  }
  # UTC, of the event.
  partition_columns = ["year", "month", "day"]

  # By the name of the view: the table that has its rows, and its SQL. Generated from src/lake/lake-views.ts.
  lake_tables = jsondecode(file("${path.module}/lake-views.json"))

  # Athena's names of Glue's types.
  view_types = {
    string           = "varchar"
    boolean          = "boolean"
    bigint           = "bigint"
    timestamp        = "timestamp(3)"
    "decimal(38,12)" = "decimal(38,12)"
  }
}

resource "aws_glue_catalog_database" "lake" {
  name        = local.database
  description = "Orders and trades of the exchange"
}

resource "aws_glue_catalog_table" "lake" {
  for_each = local.lake_tables

  name          = each.value.delivered
  database_name = aws_glue_catalog_database.lake.name
  description   = "The ${each.key} as Firehose delivered them. Copies are possible; the view ${each.key} is without"
  table_type    = "EXTERNAL_TABLE"
  parameters = {
    EXTERNAL       = "TRUE"
    classification = "parquet"
  }

  dynamic "partition_keys" {
    for_each = local.partition_columns

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
      for_each = local.columns[each.key]

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

# A view of Athena is a table of Glue with its definition as JSON in a comment
# (https://stackoverflow.com/a/56347331; io.trino.plugin.hive.ViewReaderUtil).
resource "aws_glue_catalog_table" "view" {
  for_each = local.lake_tables

  name          = each.key
  database_name = aws_glue_catalog_database.lake.name
  description   = "${title(each.key)}, each once"
  table_type    = "VIRTUAL_VIEW"
  parameters = {
    presto_view = "true"
    comment     = "Presto View"
  }

  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = each.value.sql
    catalog     = "awsdatacatalog"
    schema      = local.database
    columns = concat(
      [for column in local.columns[each.key] : { name = column[0], type = local.view_types[column[1]] }],
      [for name in local.partition_columns : { name = name, type = "varchar" }],
    )
  }))} */"
  view_expanded_text = "/* Presto View */"

  storage_descriptor {
    dynamic "columns" {
      for_each = concat(local.columns[each.key], [for name in local.partition_columns : [name, "string", "UTC, of the event"]])

      content {
        name    = columns.value[0]
        type    = columns.value[1]
        comment = columns.value[2]
      }
    }
  }

  depends_on = [aws_glue_catalog_table.lake]
}

resource "aws_glue_crawler" "lake" {
  for_each = local.lake_tables

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

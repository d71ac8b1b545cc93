# Optional: a web firewall in front of the API, with two of AWS's rule sets and a limit for each address.

locals {
  waf_count = var.waf_enabled ? 1 : 0

  waf_rule_sets = {
    AWSManagedRulesCommonRuleSet         = 1
    AWSManagedRulesKnownBadInputsRuleSet = 2
  }
}

resource "aws_wafv2_web_acl" "api" {
  count = local.waf_count

  name        = "exchange"
  description = "Web firewall of the REST API"
  scope       = "REGIONAL"

  default_action {
    allow {}
  }

  dynamic "rule" {
    for_each = local.waf_rule_sets

    content {
      name     = rule.key
      priority = rule.value
      override_action {
        none {}
      }
      statement {
        managed_rule_group_statement {
          name        = rule.key
          vendor_name = "AWS"

          # The rule blocks bodies of more than 8 KB, but a batch may have 512 KB.
          dynamic "rule_action_override" {
            for_each = rule.key == "AWSManagedRulesCommonRuleSet" ? ["SizeRestrictions_BODY"] : []

            content {
              name = rule_action_override.value
              action_to_use {
                count {}
              }
            }
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = rule.key
        sampled_requests_enabled   = true
      }
    }
  }

  rule {
    name     = "ByAddress"
    priority = 10
    action {
      block {}
    }
    statement {
      rate_based_statement {
        limit                 = 60000 # in five minutes, that is 200 a second, from one address
        evaluation_window_sec = 300
        aggregate_key_type    = "IP"
      }
    }
    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "ByAddress"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "exchange"
    sampled_requests_enabled   = true
  }
}

resource "aws_wafv2_web_acl_association" "api" {
  count = local.waf_count

  resource_arn = aws_api_gateway_stage.v1.arn
  web_acl_arn  = aws_wafv2_web_acl.api[0].arn
}

resource "aws_cloudwatch_log_group" "waf" {
  count = local.waf_count

  name              = "aws-waf-logs-exchange" # WAF requires the prefix
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}

resource "aws_wafv2_web_acl_logging_configuration" "api" {
  count = local.waf_count

  resource_arn            = aws_wafv2_web_acl.api[0].arn
  log_destination_configs = [aws_cloudwatch_log_group.waf[0].arn]

  # Keys and tokens must not be logged.
  redacted_fields {
    single_header {
      name = "x-api-key"
    }
  }
  redacted_fields {
    single_header {
      name = "authorization"
    }
  }
}
